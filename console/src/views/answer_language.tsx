import {languageName} from '../model/questions';

interface LanguageChoiceProps {
  readonly languages: readonly string[];
  readonly chosen: string;
  readonly onChoose: (language: string) => void;
}

export function LanguageChoice({languages, chosen, onChoose}: LanguageChoiceProps) {
  if (languages.length < 2) return null;
  return (
    <p>
      <label>
        Language of the questions{' '}
        <select value={chosen} onChange={(event) => onChoose(event.currentTarget.value)}>
          {languages.map((one) => (
            <option key={one} value={one} lang={one}>
              {languageName(one)}
            </option>
          ))}
        </select>
      </label>
    </p>
  );
}
