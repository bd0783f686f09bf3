import type { Palette } from '@grokscope/figures';
import { curvesFigure } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import type { OwnPlot } from '../../plot/measure-curves.js';
import { Panel } from '../parts/panel.jsx';

/** A measure in a plot of its own, with its description. */
export const MeasurePanel = (props: { plot: OwnPlot; palette: Palette }): JSX.Element => {
  const unit = (): string => {
    const { title, unit: of } = props.plot.measure;
    return of === '1' ? title : `${title} (${of})`;
  };
  const figure = (): string => {
    const { title, formula } = props.plot.measure;
    const { curves } = props.plot;
    return curvesFigure(
      { title, subtitle: formula, yTitle: unit(), yScale: 'linear', curves },
      props.palette,
    );
  };
  return (
    <Panel
      class="measure"
      name={`${props.plot.measure.title} by step`}
      title={props.plot.measure.title}
      about={
        <>
          <p>{props.plot.measure.formula}</p>
          <p class="hint">{props.plot.measure.source ?? 'A measure of this run’s own.'}</p>
        </>
      }
    >
      <div class="measure-figure" innerHTML={figure()} />
    </Panel>
  );
};
