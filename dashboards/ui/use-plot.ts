import { useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react';
import { useWorkspace } from '../data/workspace.ts';
import { readColours } from './chart-colours.ts';
import type { ChartSpec } from './chart-spec.ts';
import { createPlot, type Plot, type PlotEvents } from './plot.ts';

export interface PlotHandle {
  /** Goes on the element that is drawn into. */
  readonly hostRef: RefObject<HTMLDivElement | null>;
  readonly plotRef: RefObject<Plot | undefined>;
  /** Of the element; 0 until it is known. */
  readonly width: number;
}

/**
 * Keeps a canvas in step with a chart whose windows and series stay the same: made once the width is known, resized with it, fed
 * at most once a frame and only while it is in sight.
 */
export function usePlot(
  spec: ChartSpec,
  height: number,
  from: number,
  to: number,
  events: PlotEvents,
): PlotHandle {
  const { format, zone } = useWorkspace();
  const hostRef = useRef<HTMLDivElement>(null);
  const plotRef = useRef<Plot | undefined>(undefined);
  const [width, setWidth] = useState(0);
  const isReady = width > 0;
  const onPoint = useEffectEvent(events.onPoint);
  const onBrush = useEffectEvent(events.onBrush);
  const onReset = useEffectEvent(events.onReset);
  const onLabels = useEffectEvent(events.onLabels);

  const make = useEffectEvent((host: HTMLElement): Plot => {
    const plot = createPlot(
      host,
      spec,
      { format, zone, colours: readColours(host) },
      { width: host.clientWidth, height },
      {
        onPoint: (index, leftPx) => onPoint(index, leftPx),
        onBrush: (first, last) => onBrush(first, last),
        onReset: () => onReset(),
        onLabels: (tops) => onLabels(tops),
      },
    );
    plot.zoom(from, to);
    return plot;
  });
  useEffect(() => {
    const host = hostRef.current;
    if (host === null || !isReady) return;
    const plot = make(host);
    plotRef.current = plot;
    return () => {
      plotRef.current = undefined;
      plot.destroy();
    };
  }, [isReady]);

  useEffect(() => {
    const host = hostRef.current;
    if (host === null) return;
    const observer = new ResizeObserver(([entry]) => {
      const next = Math.floor(entry?.contentRect.width ?? 0);
      setWidth(next);
      if (next > 0) plotRef.current?.resize(next, height);
    });
    observer.observe(host);
    return () => observer.disconnect();
  }, [height]);

  useEffect(() => plotRef.current?.zoom(from, to), [from, to]);
  useFeed(hostRef, plotRef, spec);
  return { hostRef, plotRef, width };
}

function useFeed(
  hostRef: RefObject<HTMLElement | null>,
  plotRef: RefObject<Plot | undefined>,
  spec: ChartSpec,
): void {
  const isVisible = useRef(true);
  const due = useRef<ChartSpec | undefined>(undefined);
  useEffect(() => {
    const host = hostRef.current;
    if (host === null) return;
    const observer = new IntersectionObserver(([entry]) => {
      isVisible.current = entry?.isIntersecting ?? true;
      if (!isVisible.current || due.current === undefined) return;
      plotRef.current?.update(due.current);
      due.current = undefined;
    });
    observer.observe(host);
    return () => observer.disconnect();
  }, [hostRef, plotRef]);
  useEffect(() => {
    if (!isVisible.current) {
      due.current = spec;
      return;
    }
    const frame = requestAnimationFrame(() => plotRef.current?.update(spec));
    return () => cancelAnimationFrame(frame);
  }, [plotRef, spec]);
}
