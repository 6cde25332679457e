/** Of the reference page: it needs its own style sheet and nothing else. */
export const referencePagePolicy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
