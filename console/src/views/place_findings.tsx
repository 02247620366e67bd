import type {Finding} from '../../gen/pulsetaker/assessment/v1/finding_pb';
import {groupFindings, statusText} from '../model/findings';
import {Explained} from './explained';

interface FindingsProps {
  readonly title: string;
  readonly assessment: string;
  readonly findings: readonly Finding[];
}

function Fired({assessment, finding}: {assessment: string; finding: Finding}) {
  return (
    <article class="finding">
      <h3>{finding.title}</h3>
      <p>{finding.text}</p>
      {finding.phaseTentative && (
        <p class="note">It applies in one of the two phases only.</p>
      )}
      <Explained
        assessment={assessment}
        finding={finding.findingId}
        label={`Evidence for: ${finding.title}`}
      />
    </article>
  );
}

interface OthersProps {
  readonly label: string;
  readonly assessment: string;
  readonly findings: readonly Finding[];
}

function Others({label, assessment, findings}: OthersProps) {
  if (findings.length === 0) return null;
  return (
    <details class="others">
      <summary>{label}</summary>
      <ul>
        {findings.map((finding) => (
          <li key={finding.findingId}>
            {finding.title}: {statusText(finding.status)}
            <Explained
              assessment={assessment}
              finding={finding.findingId}
              label={`Why: ${finding.title}`}
            />
          </li>
        ))}
      </ul>
    </details>
  );
}

export function FindingsSection({title, assessment, findings}: FindingsProps) {
  const {fired, undecided, notFired} = groupFindings(findings);
  const id = title.toLowerCase();
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {fired.length === 0 && <p>None has evidence.</p>}
      {fired.map((finding) => (
        <Fired key={finding.findingId} assessment={assessment} finding={finding} />
      ))}
      <Others
        label={`${undecided.length} not decided`}
        assessment={assessment}
        findings={undecided}
      />
      <Others
        label={`${notFired.length} without evidence`}
        assessment={assessment}
        findings={notFired}
      />
    </section>
  );
}
