import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ApiProblem } from '../api/problem.ts';
import { useMay } from '../session/use-may.ts';
import { ButtonLink } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { Failed } from '../ui/states.tsx';
import { DestinationForm } from './destination-form.tsx';

const route = getRouteApi('/destinations/new');
const notAllowed = new ApiProblem(403, 'forbidden', 'Admins add destinations.', 'Ask an admin or an owner.');

/** Adds a destination, checked before it is stored; then back to where one came from. */
export function NewDestinationPage() {
  const may = useMay();
  const navigate = useNavigate();
  const { from } = route.useSearch();
  const back = from === 'welcome' ? '/welcome' : '/destinations';
  return (
    <Page
      title="Add a destination"
      description="It is checked first: Holdfast writes a small file there, reads it back and deletes it. Only what works is stored."
      actions={
        <ButtonLink to={back} variant="default">
          Back
        </ButtonLink>
      }
    >
      {may('admin') ? (
        <DestinationForm onAdded={() => void navigate({ to: back })} />
      ) : (
        <Failed error={notAllowed} />
      )}
    </Page>
  );
}
