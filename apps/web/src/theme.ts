import { Badge, createTheme, Modal } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'cyan',
  // White on it is read by everybody (WCAG 2, 4.5 to 1), in both themes.
  primaryShade: 9,
  defaultRadius: 'md',
  autoContrast: true,
  cursorType: 'pointer',
  fontFamily: 'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '650' },
  components: {
    // A state is read in passing: it does not shout.
    Badge: Badge.extend({ defaultProps: { variant: 'light' } }),
    Modal: Modal.extend({ defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' } } }),
  },
});
