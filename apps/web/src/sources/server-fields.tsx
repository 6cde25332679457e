import { Group, NativeSelect, NumberInput, PasswordInput, TextInput } from '@mantine/core';
import type { Declaration, DeclarationField } from './declaration.ts';

interface ServerFieldsProps {
  readonly declaration: Declaration;
  readonly errorOf: (field: DeclarationField) => string | undefined;
  readonly onChange: (change: Partial<Declaration>) => void;
}

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'];

/** How a database server is reached. Its password goes to the vault and never comes back. */
export function ServerFields({ declaration, errorOf, onChange }: ServerFieldsProps) {
  return (
    <>
      <Group grow align="flex-start" preventGrowOverflow={false} wrap="nowrap">
        <TextInput
          label="Host"
          required
          spellCheck={false}
          value={declaration.host}
          error={errorOf('host')}
          onChange={(event) => onChange({ host: event.currentTarget.value.trim() })}
        />
        <NumberInput
          label="Port"
          maw={110}
          min={1}
          max={65_535}
          allowDecimal={false}
          hideControls
          value={declaration.port}
          onChange={(value) => onChange({ port: Number(value) })}
        />
      </Group>
      <TextInput
        label="User"
        required
        autoComplete="off"
        spellCheck={false}
        value={declaration.user}
        error={errorOf('user')}
        onChange={(event) => onChange({ user: event.currentTarget.value })}
      />
      <PasswordInput
        label="Password"
        description="Kept in the vault; it is never shown again"
        autoComplete="new-password"
        value={declaration.password}
        error={errorOf('password')}
        onChange={(event) => onChange({ password: event.currentTarget.value })}
      />
      <TextInput
        label="Database"
        description="Only this one; without it, all of them"
        autoComplete="off"
        spellCheck={false}
        value={declaration.database}
        onChange={(event) => onChange({ database: event.currentTarget.value })}
      />
      <NativeSelect
        label="Encryption of the connection"
        data={[
          { value: '', label: 'Where the server can' },
          ...sslModes.map((mode) => ({ value: mode, label: mode })),
        ]}
        value={declaration.sslMode}
        onChange={(event) => onChange({ sslMode: event.currentTarget.value })}
      />
    </>
  );
}
