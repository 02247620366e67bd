// A drawing with what it shows in words, and a way to take it along.

import type {ComponentChildren} from 'preact';
import {useRef} from 'preact/hooks';
import type {Box} from '../drawings/box';
import {filesOf, SavePicture} from './save_picture';

interface PictureProps {
  /** What its file is called. */
  readonly title: string;
  /** What it says to those who do not see it. */
  readonly label: string;
  readonly caption: string;
  readonly box: Box;
  readonly children: ComponentChildren;
}

export function Picture({title, label, caption, box, children}: PictureProps) {
  const drawing = useRef<SVGSVGElement>(null);
  return (
    <figure>
      <svg
        ref={drawing}
        class="drawing"
        viewBox={`0 0 ${box.width} ${box.height}`}
        role="img"
        aria-label={label}
      >
        {children}
      </svg>
      <figcaption>{caption}</figcaption>
      <SavePicture
        title={title}
        caption={caption}
        files={filesOf(
          () => drawing.current!,
          () => box,
        )}
      />
    </figure>
  );
}
