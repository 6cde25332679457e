import { Navigate } from '@tanstack/react-router';

export function GoToOverview() {
  return <Navigate to="/" replace />;
}
