import { PasswordInput, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { type S3Preset, s3Presets } from './s3-presets.ts';

export interface S3Values {
  readonly preset: string;
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly caCertificate: string;
}

export const noS3Values: S3Values = {
  preset: 'aws',
  endpoint: '',
  region: '',
  bucket: '',
  prefix: '',
  accessKeyId: '',
  secretAccessKey: '',
  caCertificate: '',
};

/** The settings as the API takes them: what was left empty is left to the server. */
export function s3Settings(values: S3Values): Record<string, string> {
  const given = Object.entries(values).filter(([name, value]) => name !== 'preset' && value.trim() !== '');
  return Object.fromEntries(given);
}

interface S3FieldsProps {
  readonly values: S3Values;
  readonly onChange: (values: S3Values) => void;
}

/** Where a bucket is and what opens it, with the words of its provider. */
export function S3Fields({ values, onChange }: S3FieldsProps) {
  const [follows, setFollows] = useState(true);
  const preset = presetOf(values.preset);
  const field = (name: keyof S3Values) => ({
    value: values[name],
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      onChange({ ...values, [name]: currentTarget.value }),
    autoComplete: 'off',
    spellCheck: false,
  });
  const choose = (id: string | null) => {
    const next = presetOf(id ?? values.preset);
    setFollows(true);
    onChange({ ...values, preset: next.id, region: next.region ?? '', endpoint: '' });
  };
  return (
    <Stack>
      <Select
        label="Provider"
        data={s3Presets.map(({ id, name }) => ({ value: id, label: name }))}
        value={preset.id}
        onChange={choose}
        allowDeselect={false}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label="Region"
          description={preset.regionHint}
          placeholder={preset.regionExample}
          {...field('region')}
          onChange={({ currentTarget: { value } }) => {
            const endpoint = follows ? endpointIn(preset, value) : values.endpoint;
            onChange({ ...values, region: value, endpoint });
          }}
        />
        <TextInput
          label="Bucket"
          description="It has to be there already"
          placeholder="backups"
          required
          {...field('bucket')}
        />
      </SimpleGrid>
      <TextInput
        label="Endpoint"
        description={preset.endpointHint}
        placeholder={preset.endpointExample}
        required={preset.endpointPattern === undefined}
        {...field('endpoint')}
        onChange={({ currentTarget: { value } }) => {
          setFollows(value === '');
          onChange({ ...values, endpoint: value });
        }}
      />
      <TextInput
        label="Folder in the bucket"
        description="Empty for the whole bucket"
        placeholder="holdfast"
        {...field('prefix')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label="Access key" required {...field('accessKeyId')} />
        <PasswordInput
          label="Secret key"
          required
          {...field('secretAccessKey')}
          autoComplete="new-password"
        />
      </SimpleGrid>
      <Text size="sm" c="dimmed">
        {preset.keysHint} The secret key goes into the vault, and is never shown again.
      </Text>
      {(preset.id === 'minio' || preset.id === 'other') && (
        <Textarea
          label="Certificate of its authority"
          description="Only where the endpoint has a certificate of its own: PEM"
          placeholder="-----BEGIN CERTIFICATE-----"
          autosize
          minRows={2}
          maxRows={8}
          {...field('caCertificate')}
        />
      )}
    </Stack>
  );
}

function presetOf(id: string): S3Preset {
  const preset = s3Presets.find((one) => one.id === id) ?? s3Presets.at(-1);
  if (preset === undefined) throw new Error('There is no provider.');
  return preset;
}

function endpointIn({ endpointPattern }: S3Preset, region: string): string {
  return endpointPattern === undefined || region.trim() === ''
    ? ''
    : endpointPattern.replace('{region}', region.trim());
}
