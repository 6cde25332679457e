import { operationSchema, type StartBackup } from '@holdfast/contracts';
import { Button, type ButtonProps } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { call } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { tellProblem } from '../ui/tell-problem.tsx';

interface BackUpButtonProps extends ButtonProps {
  readonly request: StartBackup;
}

/** Starts a backup and goes to where it can be watched. Not there for who may not. */
export function BackUpButton({ request, children, ...rest }: BackUpButtonProps) {
  const may = useMay();
  const navigate = useNavigate();
  const start = useMutation({
    mutationFn: () => call(operationSchema, '/v1/backups', { method: 'POST', body: request }),
    onSuccess: ({ id }) => navigate({ to: '/operations/$id', params: { id } }),
    onError: tellProblem,
  });
  if (!may('operator')) return null;
  return (
    <Button
      leftSection={<IconPlayerPlay size={16} />}
      loading={start.isPending}
      onClick={() => start.mutate()}
      {...rest}
    >
      {children}
    </Button>
  );
}
