import type { SnapshotEntry } from '@holdfast/contracts';
import { formatBytes } from '@holdfast/contracts/quantities';
import { ActionIcon, Anchor, Breadcrumbs, Checkbox, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import {
  IconDownload,
  IconFile,
  IconFileUnknown,
  IconFolder,
  IconFolderOff,
  IconLink,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { formatInstantHere } from '../ui/instant.tsx';
import { PagedTable } from '../ui/paged-table.tsx';
import { Empty } from '../ui/states.tsx';
import type { Column } from '../ui/virtual-table.tsx';
import { downloadAddress, snapshotEntriesQuery } from './snapshot.queries.ts';

const icons = { directory: IconFolder, file: IconFile, link: IconLink, other: IconFileUnknown };

/** More than these are better picked by their folder, and do not fit in an address. */
export const pickedAtMost = 100;

interface FileBrowserProps {
  readonly snapshotId: string;
  /** The folder that is shown. */
  readonly path: string;
  readonly onPath: (path: string) => void;
  readonly picked: readonly string[];
  /** Without it nothing can be picked. */
  readonly onPick?: ((paths: readonly string[]) => void) | undefined;
}

/** What lies in a folder of a snapshot: to go into, to download, to pick. */
export function FileBrowser(props: FileBrowserProps) {
  const { snapshotId, path, onPath, picked, onPick } = props;
  const query = useInfiniteQuery(snapshotEntriesQuery(snapshotId, path));
  const columns = useMemo(
    () => columnsOf({ snapshotId, onPath, picked, onPick }),
    [snapshotId, onPath, picked, onPick],
  );
  return (
    <Stack gap="sm">
      <Crumbs path={path} onPath={onPath} />
      <PagedTable
        label={`Content of ${path}`}
        query={query}
        columns={columns}
        keyOf={(entry) => entry.path}
        empty={
          <Empty icon={IconFolderOff} title="This folder is empty">
            It was empty when the snapshot was taken.
          </Empty>
        }
      />
    </Stack>
  );
}

function Crumbs({ path, onPath }: Pick<FileBrowserProps, 'path' | 'onPath'>) {
  const names = path.split('/').filter((name) => name !== '');
  return (
    <nav aria-label="Folder">
      <Breadcrumbs style={{ flexWrap: 'wrap', rowGap: 4 }}>
        {['Snapshot', ...names].map((name, depth) => {
          const target = `/${names.slice(0, depth).join('/')}`;
          return depth === names.length ? (
            <Text key={target} fw={600} size="sm" aria-current="page" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>
          ) : (
            <Anchor key={target} component="button" type="button" size="sm" onClick={() => onPath(target)}>
              {name}
            </Anchor>
          );
        })}
      </Breadcrumbs>
    </nav>
  );
}

function columnsOf(
  given: Pick<FileBrowserProps, 'snapshotId' | 'onPath' | 'picked' | 'onPick'>,
): readonly Column<SnapshotEntry>[] {
  const { snapshotId, onPath, picked, onPick } = given;
  const pick: Column<SnapshotEntry>[] =
    onPick === undefined
      ? []
      : [
          {
            key: 'pick',
            title: '',
            width: '24px',
            render: ({ path, name }) => <Pick path={path} name={name} picked={picked} onPick={onPick} />,
          },
        ];
  return [
    ...pick,
    {
      key: 'name',
      title: 'Name',
      width: 'minmax(0, 2fr)',
      render: (entry) => <Name entry={entry} onPath={onPath} />,
    },
    {
      key: 'size',
      title: 'Size',
      width: '90px',
      align: 'right',
      render: ({ bytes }) => (bytes === undefined ? '' : formatBytes(bytes)),
    },
    {
      key: 'modified',
      title: 'Changed',
      width: '190px',
      wideOnly: true,
      render: ({ modified }) => (modified === undefined ? '' : formatInstantHere(modified)),
    },
    {
      key: 'download',
      title: '',
      width: '36px',
      render: ({ path, name, type }) =>
        type === 'file' || type === 'directory' ? (
          <ActionIcon
            component="a"
            href={downloadAddress(snapshotId, path)}
            download
            variant="subtle"
            aria-label={`Download ${name}${type === 'directory' ? ' as an archive' : ''}`}
            title={type === 'directory' ? 'Download as a tar archive' : 'Download'}
          >
            <IconDownload size={18} />
          </ActionIcon>
        ) : null,
    },
  ];
}

function Name({ entry, onPath }: { readonly entry: SnapshotEntry; readonly onPath: (path: string) => void }) {
  const Icon = icons[entry.type];
  const label = (
    <Group gap="xs" wrap="nowrap">
      <Icon size={18} stroke={1.6} style={{ flexShrink: 0 }} aria-hidden />
      <Text size="sm" truncate title={entry.name} fw={entry.type === 'directory' ? 600 : undefined}>
        {entry.name}
      </Text>
    </Group>
  );
  if (entry.type !== 'directory') return label;
  return (
    <UnstyledButton onClick={() => onPath(entry.path)} w="100%" display="block">
      {label}
    </UnstyledButton>
  );
}

interface PickProps {
  readonly path: string;
  readonly name: string;
  readonly picked: readonly string[];
  readonly onPick: (paths: readonly string[]) => void;
}

/** What lies in a picked folder is picked with it. */
function Pick({ path, name, picked, onPick }: PickProps) {
  const itself = picked.includes(path);
  const within = picked.some((one) => path.startsWith(one === '/' ? '/' : `${one}/`));
  const parts = picked.some((one) => one.startsWith(`${path}/`));
  return (
    <Checkbox
      aria-label={`Pick ${name}`}
      checked={itself || within}
      indeterminate={!itself && !within && parts}
      disabled={within || (!itself && picked.length >= pickedAtMost)}
      onChange={() =>
        onPick(
          itself
            ? picked.filter((one) => one !== path)
            : [...picked.filter((one) => !one.startsWith(`${path}/`)), path],
        )
      }
    />
  );
}
