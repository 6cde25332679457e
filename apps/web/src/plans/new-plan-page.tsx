import { IconLock } from '@tabler/icons-react';
import { useMay } from '../session/use-may.ts';
import { ButtonLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { Empty } from '../ui/states.tsx';
import { PlanEditor } from './plan-editor.tsx';

export function NewPlanPage() {
  const may = useMay();
  return (
    <Page title="New plan" description="What is backed up when, where to, and for how long it is kept.">
      {may('admin') ? (
        <PlanEditor />
      ) : (
        <Empty
          icon={IconLock}
          title="Your role does not allow this"
          action={<ButtonLink to="/plans">Look at the plans</ButtonLink>}
        >
          Plans are made by admins and owners of the team.
        </Empty>
      )}
    </Page>
  );
}
