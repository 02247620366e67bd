import {Component, type ComponentChildren} from 'preact';
import {Failed} from './states';

/**
 * Says so when a view fails by itself, such as one whose code could not be fetched: an
 * empty page would say nothing.
 */
export class Guarded extends Component<
  {children: ComponentChildren},
  {hasFailed: boolean}
> {
  override state = {hasFailed: false};

  static override getDerivedStateFromError() {
    return {hasFailed: true};
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <Failed
        failure={{
          kind: 'other',
          title: 'This view cannot be shown',
          detail: 'Something that it needs is missing or wrong. Load the page again.',
          canRetry: true,
        }}
        retry={() => location.reload()}
      />
    );
  }
}
