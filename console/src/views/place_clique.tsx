import type {CliqueRisk} from '../../gen/pulsetaker/network/v1/clique_risk_pb';
import {useRemote} from '../calls/use_remote';
import {type DialModel, dialsOf, intervalText} from '../model/dials';
import {fixed} from '../model/format';
import {cliqueMeaning, cliqueName, dialMeaning, dialName} from '../model/wording';
import {useClients} from '../shell/services';
import {Known} from '../shell/states';
import {ShareBar} from './bar';

function Dial({dial}: {dial: DialModel}) {
  const {kind, value, whyNot, interval, chance} = dial;
  return (
    <div>
      <h3>{dialName(kind)}</h3>
      {value === undefined ? (
        <p>Not measured: {whyNot}.</p>
      ) : (
        <>
          <p>
            <span class="big">{fixed(value, 2)}</span>{' '}
            <span class="soft">{intervalText(dial)}</span>
          </p>
          <ShareBar share={value} interval={interval} chance={chance} />
        </>
      )}
      <p>{dialMeaning(kind)}</p>
    </div>
  );
}

function Clique({risk}: {risk: CliqueRisk}) {
  return (
    <>
      <p class="verdict">
        {cliqueName(risk.verdict)}: {cliqueMeaning(risk.verdict)}
      </p>
      {risk.insufficiencies.map(({detail}) => (
        <p key={detail}>{detail}</p>
      ))}
      <p class="note">
        Four dials from 0 to 1. The bar is the value, the whisker its 95 % interval, the
        dashed line what chance alone gives.
      </p>
      <div class="dials">
        {dialsOf(risk).map((dial) => (
          <Dial key={dial.kind} dial={dial} />
        ))}
      </div>
    </>
  );
}

export function CliqueSection({analysis}: {analysis: string}) {
  const {network} = useClients();
  const risk = useRemote(analysis, (signal) =>
    network.getCliqueRisk({name: analysis}, {signal}),
  );
  return (
    <section aria-labelledby="clique">
      <h2 id="clique">One group, or many?</h2>
      <Known of={risk} what="the network analysis">
        {(value) => <Clique risk={value} />}
      </Known>
    </section>
  );
}
