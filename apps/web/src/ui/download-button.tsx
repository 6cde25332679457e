import { Button, type ButtonProps } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';

interface DownloadButtonProps extends ButtonProps {
  readonly name: string;
  readonly text: string;
}

/** Saves a text that the page has as a file. */
export function DownloadButton({ name, text, children, ...rest }: DownloadButtonProps) {
  const save = () => {
    const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = name;
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <Button size="xs" variant="default" leftSection={<IconDownload size={14} />} onClick={save} {...rest}>
      {children}
    </Button>
  );
}
