import type {ComponentChildren} from 'preact';
import {useEffect, useRef} from 'preact/hooks';

/** Set once the first view was shown: what the reader opened needs no announcement. */
let isLater = false;

interface HeadingProps {
  readonly title: string;
  /** Where in a row of pages this one is. Read with the title. */
  readonly lead?: string;
  /** Of the title, where it is not the page's own. */
  readonly lang?: string;
  readonly children?: ComponentChildren;
}

/**
 * The heading of a view. Takes the focus when the reader comes to it from another
 * view, so that keyboard and screen reader go on from there.
 */
export function Heading({title, lead, lang, children}: HeadingProps) {
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
        {lead !== undefined && <span class="lead">{lead} </span>}
        <bdi {...(lang === undefined ? {} : {lang})}>{title}</bdi>
      </h1>
      {children}
    </header>
  );
}
