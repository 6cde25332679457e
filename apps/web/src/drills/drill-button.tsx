import { operationSchema, type StartDrill } from '@holdfast/contracts';
import { Button, type ButtonProps } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { call } from '../api/call.ts';
import { useMay } from '../session/use-may.ts';
import { tellProblem } from '../ui/tell-problem.tsx';

interface DrillButtonProps extends ButtonProps {
  readonly request: StartDrill;
}

/** Proves a snapshot by restoring it into a throwaway place, and goes to where that can be watched. */
export function DrillButton({ request, children, ...rest }: DrillButtonProps) {
  const may = useMay();
  const navigate = useNavigate();
  const start = useMutation({
    mutationFn: () => call(operationSchema, '/v1/drills', { method: 'POST', body: request }),
    onSuccess: ({ id }) => navigate({ to: '/operations/$id', params: { id } }),
    onError: tellProblem,
  });
  if (!may('operator')) return null;
  return (
    <Button
      variant="default"
      leftSection={<IconShieldCheck size={16} />}
      loading={start.isPending}
      onClick={() => start.mutate()}
      {...rest}
    >
      {children}
    </Button>
  );
}
