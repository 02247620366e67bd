// The evidence behind something that an assessment says. Asked for when it is opened:
// most of it never is.

import {useState} from 'preact/hooks';
import type {
  Explanation,
  Statement,
} from '../../gen/pulsetaker/assessment/v1/explanation_pb';
import {Evidence_Comparison as Comparison} from '../../gen/pulsetaker/assessment/v1/finding_pb';
import {MeasurementState} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {useRemote} from '../calls/use_remote';
import {useClients} from '../shell/services';
import {Known} from '../shell/states';

/** What is not compared, or not measured, neither holds nor fails. */
function outcomeText({comparison, value, holds}: Statement): string {
  if (comparison === Comparison.UNSPECIFIED) return '';
  if (value?.state !== MeasurementState.MEASURED) return '';
  return holds ? 'holds' : 'does not hold';
}

function Origins({statement}: {statement: Statement}) {
  const paths = statement.origins.map(({path}) => path).filter((path) => path !== '');
  if (paths.length === 0) return null;
  return <code class="origins">{paths.join(', ')}</code>;
}

function Statements({explanation}: {explanation: Explanation}) {
  return (
    <>
      <ul class="statements">
        {explanation.statements.map((statement, index) => {
          const outcome = outcomeText(statement);
          return (
            <li key={index}>
              {statement.sentence}{' '}
              {outcome !== '' && (
                <span class={statement.holds ? 'outcome holds' : 'outcome'}>
                  {outcome}
                </span>
              )}
              <Origins statement={statement} />
            </li>
          );
        })}
      </ul>
      {explanation.sectors.length > 0 && (
        <p>Sectors: {explanation.sectors.join(', ')}.</p>
      )}
      {explanation.source !== '' && <p class="note">Source: {explanation.source}.</p>}
    </>
  );
}

function Evidence({assessment, finding}: {assessment: string; finding: string}) {
  const {assessment: service} = useClients();
  const explanation = useRemote(`${assessment} ${finding}`, (signal) =>
    service.explainFinding({name: assessment, findingId: finding}, {signal}),
  );
  return (
    <Known of={explanation} what="the evidence">
      {(value) => <Statements explanation={value} />}
    </Known>
  );
}

interface ExplainedProps {
  readonly assessment: string;
  readonly finding: string;
  readonly label: string;
}

export function Explained({assessment, finding, label}: ExplainedProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details class="evidence" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{label}</summary>
      {isOpen && <Evidence assessment={assessment} finding={finding} />}
    </details>
  );
}
