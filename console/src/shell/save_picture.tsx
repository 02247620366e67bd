import {useState} from 'preact/hooks';
import type {Box} from '../drawings/box';
import {fileName} from '../model/file_name';
import type {Subject} from '../model/subject';
import {paintDrawing, pngFile} from './png_file';
import {saveFile} from './save_file';
import {useSubject} from './subject';
import {type About, standalone, svgText} from './svg_file';

export interface PictureFile {
  readonly ending: 'svg' | 'png';
  readonly make: (about: About) => Promise<Blob>;
}

/** Both kinds of files of one drawing. */
export function filesOf(
  drawing: () => SVGSVGElement,
  box: () => Box,
): readonly PictureFile[] {
  const whole = (about: About) => standalone(drawing(), box(), about);
  return [
    {
      ending: 'svg',
      make: async (about) => new Blob([svgText(whole(about))], {type: 'image/svg+xml'}),
    },
    {
      ending: 'png',
      make: (about) =>
        pngFile(box(), about, (context) => paintDrawing(context, whole(about))),
    },
  ];
}

const aboutOf = (title: string, caption: string, subject: Subject): About => ({
  title: subject.text === '' ? title : `${title}: ${subject.text}`,
  description: caption,
});

interface SavePictureProps {
  readonly title: string;
  readonly caption: string;
  readonly files: readonly PictureFile[];
}

export function SavePicture({title, caption, files}: SavePictureProps) {
  const subject = useSubject();
  const [hasFailed, setHasFailed] = useState(false);
  const save = async ({ending, make}: PictureFile) => {
    try {
      const file = await make(aboutOf(title, caption, subject));
      saveFile(file, fileName([...subject.parts, title], ending));
      setHasFailed(false);
    } catch {
      setHasFailed(true);
    }
  };
  return (
    <div class="save" role="group" aria-label={`Save the picture: ${title}`}>
      <span aria-hidden="true">Save the picture</span>
      {files.map((file) => (
        <button key={file.ending} type="button" onClick={() => void save(file)}>
          {file.ending.toUpperCase()}
          <span class="hidden"> of the picture: {title}</span>
        </button>
      ))}
      <span class="problem" role="alert">
        {hasFailed && 'This browser could not make the picture.'}
      </span>
    </div>
  );
}
