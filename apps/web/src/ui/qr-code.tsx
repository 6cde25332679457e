import { useMemo } from 'react';
import { encode } from 'uqr';

interface QrCodeProps {
  readonly text: string;
  readonly label: string;
  /** In pixels. */
  readonly size?: number;
}

/** Black on white in both themes: many cameras read nothing else. */
export function QrCode({ text, label, size = 200 }: QrCodeProps) {
  const { data, side } = useMemo(() => {
    const code = encode(text, { border: 3 });
    return { data: code.data, side: code.size };
  }, [text]);
  const path = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('');
  return (
    <svg role="img" aria-label={label} width={size} height={size} viewBox={`0 0 ${side} ${side}`}>
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
