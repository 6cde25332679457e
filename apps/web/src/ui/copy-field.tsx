import { Button, Group, Stack, Textarea } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';

interface CopyFieldProps {
  readonly label: string;
  readonly description?: ReactNode;
  readonly value: string;
  readonly maxRows?: number;
  /** What else can be done with it, beside the button that copies. */
  readonly children?: ReactNode;
}

const saidMs = 2_500;

/** A text to be taken away from here: a secret that is shown once, a document. */
export function CopyField({ label, description, value, maxRows = 12, children }: CopyFieldProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), saidMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Stack gap="xs">
      <Textarea
        ref={field}
        label={label}
        description={description}
        value={value}
        readOnly
        autosize
        maxRows={maxRows}
        spellCheck={false}
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <Group gap="xs">
        <Button
          size="xs"
          variant="light"
          leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          onClick={() => void copy(value, field.current).then(setCopied)}
        >
          {copied ? 'Copied' : 'Copy'}
        </Button>
        {children}
      </Group>
    </Stack>
  );
}

/** @returns whether it was copied; the text is selected in any case, for who has to do it by hand */
async function copy(value: string, field: HTMLTextAreaElement | null): Promise<boolean> {
  field?.focus();
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    // Browsers lend the clipboard to encrypted pages only; many a Holdfast is reached without.
    return document.execCommand('copy');
  }
}
