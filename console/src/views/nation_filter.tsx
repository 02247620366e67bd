import {
  COLUMNS,
  type Column,
  type Filter,
  labelsOf,
  leadershipOf,
  type NationRow,
  type Order,
  phaseOf,
  regionText,
  trendOf,
} from '../model/nation';
import {capital} from '../model/format';

export const COLUMN_NAMES: Record<Column, string> = {
  place: 'Place',
  region: 'Region',
  phase: 'Phase',
  leadership: 'Leadership',
  response: 'Response',
  trend: 'Trend',
};

const CHOICES = [
  {field: 'region', label: regionText},
  {field: 'phase', label: phaseOf},
  {field: 'leadership', label: leadershipOf},
  {field: 'trend', label: trendOf},
] as const;

interface NationFilterProps {
  readonly all: readonly NationRow[];
  readonly filter: Filter;
  readonly order: Order;
  readonly onFilter: (filter: Filter) => void;
  readonly onOrder: (order: Order) => void;
}

export function NationFilter({all, filter, order, onFilter, onOrder}: NationFilterProps) {
  return (
    <form
      class="filter"
      role="search"
      aria-label="Filter places"
      onSubmit={(event) => event.preventDefault()}
    >
      <label>
        Search
        <input
          type="search"
          value={filter.text}
          onInput={(event) => onFilter({...filter, text: event.currentTarget.value})}
        />
      </label>
      {CHOICES.map(({field, label}) => (
        <label key={field}>
          {COLUMN_NAMES[field]}
          <select
            value={filter[field]}
            onChange={(event) =>
              onFilter({...filter, [field]: event.currentTarget.value})
            }
          >
            <option value="">All</option>
            {labelsOf(all, label).map((one) => (
              <option key={one} value={one}>
                {capital(one)}
              </option>
            ))}
          </select>
        </label>
      ))}
      {/* Cards have no heads to sort by. */}
      <label class="narrow">
        Sort by
        <select
          value={order.by}
          onChange={(event) =>
            onOrder({by: event.currentTarget.value as Column, isDescending: false})
          }
        >
          {COLUMNS.map((column) => (
            <option key={column} value={column}>
              {COLUMN_NAMES[column]}
            </option>
          ))}
        </select>
      </label>
    </form>
  );
}
