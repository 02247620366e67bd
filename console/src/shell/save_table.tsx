import {fileName} from '../model/file_name';
import {saveFile} from './save_file';
import {useSubject} from './subject';

interface SaveTableProps {
  readonly caption: string;
  /** The text of the file, of what the table shows when it is asked for. */
  readonly text: () => string;
}

export function SaveTable({caption, text}: SaveTableProps) {
  const {parts} = useSubject();
  const save = () =>
    saveFile(
      new Blob([text()], {type: 'text/csv; charset=utf-8'}),
      fileName([...parts, caption], 'csv'),
    );
  return (
    <p class="save after-table">
      <button type="button" onClick={save}>
        Save the table
        <span class="hidden"> {caption}</span>
      </button>
    </p>
  );
}
