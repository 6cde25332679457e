import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Failed } from './states.tsx';

interface ConfirmByTypingProps {
  readonly opened: boolean;
  readonly title: string;
  /** The name that the person has to type. */
  readonly name: string;
  /** What will happen, exactly. */
  readonly children: ReactNode;
  readonly action: string;
  readonly pending: boolean;
  readonly error?: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks for a name to be typed before something that cannot be taken back. */
export function ConfirmByTyping(props: ConfirmByTypingProps) {
  const [typed, setTyped] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === props.name) props.onConfirm();
  };
  const close = () => {
    setTyped('');
    props.onClose();
  };
  return (
    <Modal
      opened={props.opened}
      onClose={close}
      title={props.title}
      closeButtonProps={{ 'aria-label': 'Close' }}
      centered
    >
      <form onSubmit={submit}>
        <Stack>
          {props.children}
          <TextInput
            label={
              <Text span size="sm">
                Type <b>{props.name}</b> to confirm
              </Text>
            }
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
          {props.error !== undefined && props.error !== null && <Failed error={props.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Keep it as it is
            </Button>
            <Button type="submit" color="red" disabled={typed !== props.name} loading={props.pending}>
              {props.action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
