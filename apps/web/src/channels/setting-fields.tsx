import { PasswordInput, Select, SimpleGrid, Textarea, TextInput } from '@mantine/core';
import { channelKinds, type SettingField } from './channel-kinds.ts';

export type SettingValues = Readonly<Record<string, string>>;

interface SettingFieldsProps {
  readonly kind: string;
  readonly values: SettingValues;
  /** Of a channel that is there: what is left empty stays as it is. */
  readonly stored: boolean;
  readonly onChange: (values: SettingValues) => void;
}

/** The settings of one kind of channel. */
export function SettingFields({ kind, values, stored, onChange }: SettingFieldsProps) {
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
      {channelKinds[kind]?.fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          stored={stored}
          value={values[field.name] ?? ''}
          onChange={(value) => onChange({ ...values, [field.name]: value })}
        />
      ))}
    </SimpleGrid>
  );
}

interface FieldProps {
  readonly field: SettingField;
  readonly stored: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Field({ field, stored, value, onChange }: FieldProps) {
  const { label, description, input, optional } = field;
  const shared = {
    label,
    description,
    placeholder: stored ? 'stays as it is' : (field.placeholder ?? ''),
    required: !stored && optional !== true,
    autoComplete: 'off',
    spellCheck: false,
    value,
  };
  if (input === 'secret') {
    return <PasswordInput {...shared} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
  if (input === 'text') {
    return <Textarea {...shared} rows={3} onChange={(event) => onChange(event.currentTarget.value)} />;
  }
  if (input !== undefined) {
    return (
      <Select
        {...shared}
        data={[...input]}
        value={value === '' ? null : value}
        clearable
        onChange={(chosen) => onChange(chosen ?? '')}
      />
    );
  }
  return <TextInput {...shared} onChange={(event) => onChange(event.currentTarget.value)} />;
}
