// The questionnaire, for somebody who has an invitation.

import {useState} from 'preact/hooks';
import {keptAnswerFor} from '../calls/kept_answers';
import {type Refusal, refusalFor, respondentFailure} from '../calls/refusal';
import {useRemote} from '../calls/use_remote';
import {type Closed, loadQuestionnaire} from '../model/questionnaire';
import {Heading} from '../shell/heading';
import {useClients} from '../shell/services';
import {Known} from '../shell/states';
import {AnswerForm} from './answer_form';
import {AnswerSent} from './answer_sent';

const UNKNOWN: Refusal = {
  title: 'This cannot be answered now',
  detail: 'Ask who sent you the link.',
};

function ClosedPage({of: {reason, note}}: {of: Pick<Closed, 'reason' | 'note'>}) {
  const {title, detail} = refusalFor(reason) ?? UNKNOWN;
  return (
    <Heading title={title}>
      {note !== '' && <p>{note}</p>}
      <p>{detail}</p>
    </Heading>
  );
}

/** How it ended, which outlives the form. */
type End = {readonly state: 'sent'; readonly at: Date | undefined} | Closed;

function Answering({token}: {token: string}) {
  const clients = useClients();
  const [end, setEnd] = useState<End>();
  const opened = useRemote(
    token,
    (signal) =>
      loadQuestionnaire(clients, token, keptAnswerFor, navigator.languages, signal),
    respondentFailure,
  );
  if (end?.state === 'sent') return <AnswerSent at={end.at} />;
  if (end?.state === 'closed') return <ClosedPage of={end} />;
  return (
    <Known of={opened} what="the questions">
      {(value) =>
        value.state === 'closed' ? (
          <ClosedPage of={value} />
        ) : (
          <AnswerForm
            token={token}
            opened={value}
            onSent={(at) => setEnd({state: 'sent', at})}
            onClosed={setEnd}
            onGone={opened.retry}
          />
        )
      }
    </Known>
  );
}

export function AnswerView({token}: {token: string | undefined}) {
  return (
    <div class="answer">
      {token === undefined ? (
        <ClosedPage of={{reason: 'INVITATION_INVALID', note: ''}} />
      ) : (
        <Answering token={token} />
      )}
    </div>
  );
}
