import type {Person} from '../model/draft';

/** With where they work, to tell two of the same name apart. */
export function PersonName({of: {name, organisation}}: {of: Person}) {
  return (
    <span>
      <bdi>{name}</bdi>
      {organisation !== '' && (
        <>
          {' '}
          <span class="beside soft">
            <bdi>{organisation}</bdi>
          </span>
        </>
      )}
    </span>
  );
}
