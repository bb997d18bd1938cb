import { autoArima, fitArima, forecastArima, type ArimaOrder } from '../forecast/arima.ts';
import { ets, etsForecast, etsStableForms, fitEts, type EtsForm } from '../forecast/ets.ts';
import type { OneSeries } from '../forecast/members.ts';

/** Forms of models chosen so far for one series, with the length of the history they were chosen on. */
export interface ChosenForms {
  smoothing?: { readonly form: EtsForm; readonly length: number };
  arima?: { readonly order: ArimaOrder; readonly length: number };
}

/** A form is chosen anew once the history is this many times as long. */
const GROWN = 1.3;
/** Values a choice and a fit look at. */
const RECENT = 400;

/**
 * Exponential smoothing with a season, the form by AICc (Hyndman et al. 2008: fifteen of the thirty, as R's `ets` has them). The search costs fifteen fits; it
 * is done at the earliest origin and again when the history has grown by a third, and the form is kept in between: so origins must be asked from the
 * earliest on, and no origin knows a form chosen after it.
 */
export function seasonalSmoothing(period: number, chosen: ChosenForms): OneSeries {
  return (history, horizon) => {
    const y = history.slice(-RECENT);
    const kept = chosen.smoothing;
    const again =
      kept !== undefined && y.length < GROWN * kept.length ? fitEts(y, period, kept.form) : undefined;
    const fit = again ?? ets(y, period, etsStableForms);
    if (fit === undefined) return undefined;
    if (again === undefined) chosen.smoothing = { form: fit.form, length: y.length };
    return etsForecast(fit, horizon);
  };
}

/** Seasonal ARIMA, its orders by AICc, chosen and kept in the same way. */
export function seasonalArima(period: number, chosen: ChosenForms): OneSeries {
  return (history, horizon) => {
    const y = history.slice(-RECENT);
    const kept = chosen.arima;
    const again = kept !== undefined && y.length < GROWN * kept.length ? fitArima(y, kept.order) : undefined;
    const fit = again ?? autoArima(y, period);
    if (fit === undefined) return undefined;
    if (again === undefined) chosen.arima = { order: fit.order, length: y.length };
    return forecastArima(fit, y, horizon);
  };
}
