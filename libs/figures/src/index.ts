export { lightPalette, darkPalette, frequencyColor } from './palette.js';
export type { Palette } from './palette.js';
export { darkGround, divergingColor, lightGround, sequentialColor } from './color-map.js';
export type { ColorGround, Rgb } from './color-map.js';
export { cellAt, cellByKey, heatmapPixels, heatmapSide, largestMagnitude } from './heatmap.js';
export type { Cell, Grid } from './heatmap.js';
export {
  countInWords,
  formatCount,
  formatDuration,
  formatExact,
  formatNumber,
  formatPercent,
  superscript,
} from './format.js';
export { decadeTicks, linearStepTicks, logStepAxis, logStepTicks, niceCeiling } from './axes.js';
export type { StepAxis, Tick } from './axes.js';
export { barAt, barLayout } from './bars.js';
export type { Bar, Box } from './bars.js';
export { circleLayout, largestRadius, neighbourDistance, tokenOpacity } from './circle.js';
export type { CircleLayout } from './circle.js';
export type {
  FigurePanel,
  FigurePoint,
  FigurePublished,
  FigureSeries,
  FigureX,
  FindingFigureData,
} from './finding-data.js';
export { findingFigure } from './finding-figure.js';
export { curvesFigure } from './curves-figure.js';
export type { CurvesFigureData } from './curves-figure.js';
export { answerWords, modulusOf, seenWords, taskWords, thingsOf } from './task-words.js';
export type { Things } from './task-words.js';
export { modelWords, optimizerWords, otherWords } from './spec-words.js';
export { placeNames } from './name-places.js';
export type { NamePlace, PixelCurve } from './name-places.js';
