import {useRemote} from '../calls/use_remote';
import {counted, percent} from '../model/format';
import {idIn, surveyName, type SurveyName, waveOf} from '../model/names';
import {loadPlace, type Place} from '../model/place';
import {hashOf, type Route} from '../model/route';
import {subjectOf} from '../model/subject';
import {changeSentence, phaseSentence} from '../model/wording';
import type {Assessment} from '../../gen/pulsetaker/assessment/v1/assessment_pb';
import {NotMeasuredReason} from '../../gen/pulsetaker/assessment/v1/triangle_pb';
import {Heading} from '../shell/heading';
import {useClients} from '../shell/services';
import {Empty, Known} from '../shell/states';
import {SubjectContext} from '../shell/subject';
import {BenchmarkSection} from './place_benchmark';
import {ChangeSection} from './place_change';
import {CliqueSection} from './place_clique';
import {FindingsSection} from './place_findings';
import {LayersSection} from './place_layers';
import {PhaseSection} from './place_phase';
import {ReportButton} from './place_report';
import {TriangleSection} from './place_triangle';
import {WavePairSection} from './wave_pair_form';

type PlaceOf = SurveyName & {readonly wave: number | undefined};

const waveOfPlace = (of: SurveyName, {name}: Assessment): Route => ({
  ...of,
  view: 'place',
  wave: waveOf(name),
});

function Waves({of, place}: {of: PlaceOf; place: Place}) {
  const {assessments, latestWave, shown} = place;
  const latest = latestWave && Number(idIn(latestWave.name, 'waves'));
  return (
    <nav class="waves" aria-label="Waves">
      {assessments.length > 1 &&
        assessments.map((one) => (
          <a
            key={one.name}
            href={hashOf(waveOfPlace(of, one))}
            {...(one.name === shown?.name ? {'aria-current': 'page'} : {})}
          >
            Wave {waveOf(one.name)}
          </a>
        ))}
      {shown !== undefined && (
        <a href={hashOf({...of, view: 'sociogram', wave: waveOf(shown.name)})}>
          Who is tied to whom
        </a>
      )}
      {latest !== undefined && (
        <a href={hashOf({...of, view: 'campaign', wave: latest})}>
          Answers of wave {latest}
        </a>
      )}
    </nav>
  );
}

function Summary({assessment}: {assessment: Assessment}) {
  const {phase, change, triangle} = assessment;
  return (
    <div class="summary">
      {phase !== undefined && (
        <p class="verdict">
          {phaseSentence({
            verdict: phase.verdict,
            phase: phase.phase,
            secondPhase: phase.secondPhase,
            reason: phase.reason,
          })}
        </p>
      )}
      {change !== undefined && <p>{changeSentence(change.status)}</p>}
      {triangle !== undefined && phase?.reason !== NotMeasuredReason.NOT_ASKED && (
        <p>
          {triangle.respondentCount} of{' '}
          {counted(triangle.invitedCount, 'person', 'people')} who were asked rated it (
          {percent(triangle.responseRate)}).
        </p>
      )}
    </div>
  );
}

function besideOf({locality, survey, shown}: Place): readonly string[] {
  return [
    survey.innovation || survey.displayName,
    survey.serviceField,
    locality.region,
    shown === undefined ? '' : `wave ${waveOf(shown.name)}`,
  ].filter((part) => part !== '');
}

function PlaceBody({of, place}: {of: PlaceOf; place: Place}) {
  const {shown} = place;
  return (
    <>
      <Waves of={of} place={place} />
      {shown === undefined ? (
        <Empty>
          <p class="verdict">No wave of this survey is assessed yet.</p>
          <p>
            Close a wave; then <code>pulsetaker assess</code> says what it means.
          </p>
        </Empty>
      ) : (
        <SubjectContext.Provider value={subjectOf(waveOfPlace(of, shown))}>
          <Summary assessment={shown} />
          <TriangleSection assessment={shown} />
          <PhaseSection place={place} assessment={shown} />
          <ChangeSection assessment={shown} />
          <WavePairSection of={of} place={place} />
          <CliqueSection analysis={shown.inputs?.analysis ?? ''} />
          <LayersSection assessment={shown} />
          <FindingsSection title="Risks" assessment={shown.name} findings={shown.risks} />
          <FindingsSection
            title="Recommendations"
            assessment={shown.name}
            findings={shown.recommendations}
          />
          <BenchmarkSection assessment={shown.name} />
          <ReportButton assessment={shown.name} />
        </SubjectContext.Provider>
      )}
    </>
  );
}

export function PlaceView({of}: {of: PlaceOf}) {
  const clients = useClients();
  const place = useRemote(`${surveyName(of)}/${of.wave ?? ''}`, (signal) =>
    loadPlace(clients, of, signal),
  );
  const known = place.remote.state === 'ready' ? place.remote.value : undefined;
  return (
    <>
      <Heading title={known?.locality.displayName ?? of.locality}>
        <p class="soft">
          {(known === undefined ? [of.survey] : besideOf(known)).map((part, index) => (
            <span key={part}>
              {index > 0 && ' · '}
              <bdi>{part}</bdi>
            </span>
          ))}
        </p>
      </Heading>
      <Known of={place} what="the place">
        {(value) => <PlaceBody of={of} place={value} />}
      </Known>
    </>
  );
}
