import { type AddChannel, type AlertCode, alertCodes, type Severity, severities } from '@holdfast/contracts';
import { MultiSelect, NumberInput, Select, SimpleGrid, Switch, TagsInput } from '@mantine/core';
import { alertTitle } from '../alerts/alert-words.ts';

export type Selection = Pick<AddChannel, 'enabled' | 'minSeverity' | 'windowSeconds'> & {
  readonly codes: readonly AlertCode[];
  readonly environments: readonly string[];
};

const urgencies: Record<Severity, string> = {
  info: 'Everything',
  warning: 'Warnings and what is critical',
  critical: 'Only what is critical',
};

interface SelectionFieldsProps {
  readonly value: Selection;
  readonly onChange: (value: Selection) => void;
}

/** Which alerts a channel carries. */
export function SelectionFields({ value, onChange }: SelectionFieldsProps) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <Select
          label="Tells of"
          data={severities.map((severity) => ({ value: severity, label: urgencies[severity] }))}
          value={value.minSeverity}
          allowDeselect={false}
          onChange={(chosen) =>
            onChange({ ...value, minSeverity: severities.find((one) => one === chosen) ?? 'info' })
          }
        />
        <NumberInput
          label="Gathers for, in seconds"
          description="What comes within it goes as one message"
          min={0}
          max={86_400}
          allowDecimal={false}
          value={value.windowSeconds}
          onChange={(seconds) => onChange({ ...value, windowSeconds: Number(seconds) })}
        />
        <MultiSelect
          label="Only these alerts"
          placeholder={value.codes.length === 0 ? 'all' : ''}
          data={alertCodes.map((code) => ({ value: code, label: alertTitle(code) }))}
          value={[...value.codes]}
          clearable
          searchable
          onChange={(chosen) =>
            onChange({ ...value, codes: alertCodes.filter((code) => chosen.includes(code)) })
          }
        />
        <TagsInput
          label="Only these environments"
          placeholder={value.environments.length === 0 ? 'all' : ''}
          value={[...value.environments]}
          onChange={(environments) => onChange({ ...value, environments })}
        />
      </SimpleGrid>
      <Switch
        label="On"
        checked={value.enabled}
        onChange={(event) => onChange({ ...value, enabled: event.currentTarget.checked })}
      />
    </>
  );
}
