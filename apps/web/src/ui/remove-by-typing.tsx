import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { callVoid, type Query } from '../api/call.ts';
import { ConfirmByTyping } from './confirm-by-typing.tsx';

interface RemoveByTypingProps {
  readonly opened?: boolean;
  readonly title: string;
  /** The name that the person has to type. */
  readonly name: string;
  readonly action?: string;
  /** What is deleted, in the API. */
  readonly path: string;
  readonly query?: Query;
  /** It is gone: time to go elsewhere, and to ask anew for what listed it. */
  readonly onRemoved: () => Promise<unknown>;
  readonly onClose: () => void;
  /** What is lost, and what is not. */
  readonly children: ReactNode;
}

/** Removes something for good once its name was typed. */
export function RemoveByTyping(props: RemoveByTypingProps) {
  const { opened = true, title, name, action = 'Remove', path, query, onRemoved, onClose, children } = props;
  const remove = useMutation({
    mutationFn: () => callVoid(path, { method: 'DELETE', ...(query === undefined ? {} : { query }) }),
    onSuccess: async () => {
      onClose();
      await onRemoved();
    },
  });
  return (
    <ConfirmByTyping
      opened={opened}
      title={title}
      name={name}
      action={action}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={() => {
        remove.reset();
        onClose();
      }}
    >
      {children}
    </ConfirmByTyping>
  );
}
