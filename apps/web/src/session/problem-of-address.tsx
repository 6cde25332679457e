import { errorCatalogue, isErrorCode } from '@holdfast/contracts';
import { useLocation } from '@tanstack/react-router';
import { ApiProblem } from '../api/problem.ts';
import { Failed } from '../ui/states.tsx';

/** Why the identity provider's way in came to nothing: its callback can say so by a code in the address only. */
export function ProblemOfAddress() {
  const code: unknown = useLocation({ select: ({ search }) => Reflect.get(search, 'problem') });
  if (typeof code !== 'string' || !isErrorCode(code)) return null;
  return <Failed error={problemOf(code)} />;
}

function problemOf(code: keyof typeof errorCatalogue): ApiProblem {
  if (code === 'forbidden') {
    return new ApiProblem(
      400,
      code,
      'The identity provider knows you, but you do not belong to the team of this Holdfast.',
      'Ask an owner of it for an invitation to the e-mail address that the provider has of you.',
    );
  }
  const { title, hint, status } = errorCatalogue[code];
  return new ApiProblem(
    status,
    code,
    `${title}.`,
    code === 'too-many-attempts' ? 'Wait a quarter of an hour, then try again.' : hint,
  );
}
