// What will be sent, to be looked at once more.

import type {Sending} from '../calls/use_sending';
import {type Draft, isNobody, namedIn} from '../model/draft';
import type {Questions} from '../model/questions';
import {itemsStep, networkStep} from '../model/steps';
import {Heading} from '../shell/heading';

interface ReviewStepProps {
  readonly lead: string;
  readonly questions: Questions;
  readonly draft: Draft;
  readonly sending: Sending;
  readonly onSend: () => void;
  readonly goTo: (step: string) => void;
}

function networkText(draft: Draft, network: string): string {
  if (isNobody(draft, network)) return 'Nobody';
  const named = namedIn(draft, network);
  return named.length === 0 ? 'Skipped' : named.map(({name}) => name).join(', ');
}

interface ChangeButtonProps {
  readonly of: string;
  readonly isDisabled: boolean;
  readonly onClick: () => void;
}

function ChangeButton({of, isDisabled, onClick}: ChangeButtonProps) {
  return (
    <button type="button" disabled={isDisabled} onClick={onClick}>
      Change<span class="hidden">: {of}</span>
    </button>
  );
}

function SendingState({sending, hasTried}: {sending: Sending; hasTried: boolean}) {
  switch (sending.state) {
    case 'sending':
      return (
        <p class="state" role="status">
          {sending.isSlow ? 'Still sending.' : 'Sending.'}
        </p>
      );
    case 'failed':
      return (
        <div class="state failed" role="alert">
          <p class="verdict">{sending.failure.title}</p>
          <p>{sending.failure.detail}</p>
          <p>Whether your answer arrived is not known. Send again: it counts once.</p>
        </div>
      );
    case 'rejected':
      return (
        <div class="state failed" role="alert">
          <p class="verdict">Your answer was not taken</p>
          <p>The service says: {sending.detail}</p>
        </div>
      );
    default:
      return hasTried ? (
        <p class="state">
          You sent an answer before, and it is not known whether it arrived. Send again:
          it counts once.
        </p>
      ) : null;
  }
}

export function ReviewStep(props: ReviewStepProps) {
  const {lead, questions, draft, sending, onSend, goTo} = props;
  const {networks, items, language} = questions;
  const isSending = sending.state === 'sending';
  const hasTried = draft.attempt !== undefined && !isSending;
  return (
    <>
      <Heading title="Look it over, and send" lead={lead} />
      <ul class="review">
        {networks.map(({id, wording}) => (
          <li key={id}>
            <div>
              <p lang={language} dir="auto">
                {wording}
              </p>
              <p class="verdict">{networkText(draft, id)}</p>
            </div>
            <ChangeButton
              of={wording}
              isDisabled={isSending}
              onClick={() => goTo(networkStep(id))}
            />
          </li>
        ))}
        {items.length > 0 && (
          <li>
            <div>
              <p>Statements</p>
              <p class="verdict">
                {draft.items.size} of {items.length} answered
              </p>
            </div>
            <ChangeButton
              of="statements"
              isDisabled={isSending}
              onClick={() => goTo(itemsStep(1))}
            />
          </li>
        )}
      </ul>
      <p>What is sent cannot be changed with this link.</p>
      <SendingState sending={sending} hasTried={hasTried} />
      <div class="buttons moves">
        <button type="button" class="main" disabled={isSending} onClick={onSend}>
          {hasTried ? 'Send again' : 'Send'}
        </button>
      </div>
    </>
  );
}
