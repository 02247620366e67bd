import {Heading} from '../shell/heading';

const TIME = new Intl.DateTimeFormat('en-GB', {dateStyle: 'long', timeStyle: 'short'});

export function AnswerSent({at}: {at: Date | undefined}) {
  return (
    <Heading title="Your answer is in. Thank you.">
      {at !== undefined && (
        <p>
          It came in on <time dateTime={at.toISOString()}>{TIME.format(at)}</time>.
        </p>
      )}
      <p>
        This device keeps nothing of it any more. You can close this page: the link has
        done what it was for.
      </p>
    </Heading>
  );
}
