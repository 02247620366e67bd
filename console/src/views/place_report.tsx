import {useState} from 'preact/hooks';
import {ReportFormat} from '../../gen/pulsetaker/assessment/v1/report_pb';
import {LONG_TIMEOUT_MS} from '../calls/clients';
import {type Failure, failureOf} from '../calls/failure';
import {idIn} from '../model/names';
import {saveFile} from '../shell/save_file';
import {useClients} from '../shell/services';

const FORMATS = [
  {format: ReportFormat.HTML, ending: 'html', label: 'Save the report to read and print'},
  {format: ReportFormat.JSON, ending: 'json', label: 'Save it for programs'},
] as const;

export function ReportButton({assessment}: {assessment: string}) {
  const {assessment: service} = useClients();
  const [state, setState] = useState<'idle' | 'working' | Failure>('idle');
  const fetchReport = async (format: ReportFormat, ending: string) => {
    setState('working');
    try {
      const report = await service.exportReport(
        {name: assessment, format},
        {timeoutMs: LONG_TIMEOUT_MS},
      );
      const wave = idIn(assessment, 'waves');
      const name = `${idIn(assessment, 'localities')}-${idIn(assessment, 'surveys')}-${wave}.${ending}`;
      saveFile(new Blob([report.content.slice()], {type: report.mediaType}), name);
      setState('idle');
    } catch (error) {
      setState(failureOf(error));
    }
  };
  return (
    <section aria-labelledby="report">
      <h2 id="report">The report</h2>
      <p>All of this and the method in one file, which names nobody.</p>
      <p class="buttons">
        {FORMATS.map(({format, ending, label}) => (
          <button
            key={ending}
            type="button"
            disabled={state === 'working'}
            onClick={() => void fetchReport(format, ending)}
          >
            {label}
          </button>
        ))}
      </p>
      <p role="status">{state === 'working' && 'The report is being written.'}</p>
      {typeof state === 'object' && (
        <p class="problem" role="alert">
          {state.title}. {state.detail}
        </p>
      )}
    </section>
  );
}
