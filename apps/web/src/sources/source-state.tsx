import type { Source } from '@holdfast/contracts';
import { Badge, Tooltip } from '@mantine/core';

/** How well a source is guarded, by its worst news. */
export function SourceState({ source }: { readonly source: Source }) {
  const { present, reason, overdue = false, lastSuccess } = source;
  if (!present) return <Badge color="gray">gone</Badge>;
  if (!source.protected) {
    return (
      <Tooltip
        label={reason ?? 'No plan catches it.'}
        multiline
        maw={360}
        events={{ hover: true, focus: true, touch: true }}
      >
        <Badge color="orange" tabIndex={0}>
          not protected
        </Badge>
      </Tooltip>
    );
  }
  if (overdue) return <Badge color="red">overdue</Badge>;
  if (lastSuccess === undefined) return <Badge color="blue">no backup yet</Badge>;
  return <Badge color="teal">protected</Badge>;
}
