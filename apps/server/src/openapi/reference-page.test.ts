import { expect, it } from 'vitest';
import { startTestServer } from '../testing/test-server.ts';

it('shows the document to anybody, without script and without anything from outside', async () => {
  const { server } = await startTestServer({ mode: 'serve' });
  const answer = await fetch(`${server.url}/docs`);
  const page = await answer.text();
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page).toContain('/v1/operations/{id}/cancel');
  expect(page).not.toMatch(/<script|\son\w+=|style=|(?:src|href)="(?:https?:)?\/\//);
  const style = await fetch(`${server.url}/docs/style.css`);
  expect(style.headers.get('content-type')).toContain('text/css');
});
