import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useMay } from '../session/use-may.ts';
import { DeclareForm } from './declare-form.tsx';

/** Declares by hand what discovery cannot find. Not there for who may not. */
export function DeclareButton() {
  const may = useMay();
  const [opened, { open, close }] = useDisclosure();
  if (!may('admin')) return null;
  return (
    <>
      <Button variant="default" leftSection={<IconPlus size={16} />} onClick={open}>
        Declare a source
      </Button>
      <Modal opened={opened} onClose={close} title="Declare a source" centered>
        <DeclareForm onClose={close} />
      </Modal>
    </>
  );
}
