import type {ComponentChildren} from 'preact';
import {useEffect, useRef} from 'preact/hooks';

/** Set once the first view was shown: what the reader opened needs no announcement. */
let isLater = false;

/**
 * The heading of a view. Takes the focus when the reader comes to it from another
 * view, so that keyboard and screen reader go on from there.
 */
export function Heading({
  title,
  children,
}: {
  title: string;
  children?: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · pulsetaker`;
  }, [title]);
  useEffect(() => {
    if (isLater) heading.current?.focus();
    isLater = true;
  }, []);
  return (
    <header class="heading">
      <h1 ref={heading} tabIndex={-1}>
        <bdi>{title}</bdi>
      </h1>
      {children}
    </header>
  );
}
