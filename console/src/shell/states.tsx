// What is shown in the place of something that is not there: not yet, not now, not to
// you, or not at all.

import type {ComponentChildren} from 'preact';
import type {Failure} from '../calls/failure';
import type {Remote} from '../calls/remote';

export function Waiting({isSlow, what}: {isSlow: boolean; what: string}) {
  return (
    <p class="state waiting" role="status">
      {isSlow ? `Still waiting for ${what}.` : `Reading ${what}.`}
    </p>
  );
}

export function Failed({failure, retry}: {failure: Failure; retry: () => void}) {
  return (
    <div class="state failed" role="alert">
      <p class="verdict">{failure.title}</p>
      <p>{failure.detail}</p>
      {failure.canRetry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
      {failure.kind === 'unknown-caller' && <a href="#/">Give another token</a>}
    </div>
  );
}

export function Empty({children}: {children: ComponentChildren}) {
  return <div class="state empty">{children}</div>;
}

interface KnownProps<T> {
  readonly of: {readonly remote: Remote<T>; readonly retry: () => void};
  /** What is waited for, such as "all places". */
  readonly what: string;
  readonly children: (value: T) => ComponentChildren;
}

export function Known<T>({of: {remote, retry}, what, children}: KnownProps<T>) {
  switch (remote.state) {
    case 'loading':
      return <Waiting isSlow={remote.isSlow} what={what} />;
    case 'failed':
      return <Failed failure={remote.failure} retry={retry} />;
    case 'ready':
      return <>{children(remote.value)}</>;
  }
}
