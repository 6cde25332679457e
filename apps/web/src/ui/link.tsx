import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import { type AnchorHTMLAttributes, forwardRef } from 'react';

type LinkAttributes = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps>;

/** A link to another page, with its parameters checked by the types of the routes. */
export const PageLink = createLink(
  forwardRef<HTMLAnchorElement, AnchorProps & LinkAttributes>((props, ref) => (
    <Anchor ref={ref} {...props} />
  )),
);

/** A link within a sentence: underlined, since its colour alone does not tell it from the words around it. */
export const TextLink = createLink(
  forwardRef<HTMLAnchorElement, AnchorProps & LinkAttributes>((props, ref) => (
    <Anchor ref={ref} underline="always" inherit {...props} />
  )),
);

/** A link that looks like a button: it goes somewhere, it does nothing. */
export const ButtonLink = createLink(
  forwardRef<
    HTMLAnchorElement,
    ButtonProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps>
  >((props, ref) => <Button ref={ref} component="a" {...props} />),
);
