import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { asProblem } from '../api/problem.ts';

/** Says in a corner why something that was asked for by a button did not happen, and what to do next. */
export function tellProblem(error: unknown): void {
  const { message, hint } = asProblem(error);
  notifications.show({
    color: 'red',
    icon: <IconAlertTriangle size={18} />,
    title: message,
    message: hint,
    autoClose: 12_000,
  });
}
