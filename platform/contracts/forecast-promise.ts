/** The accuracy that forecasts of revenue were first promised with; the measured one is shown beside it. For the browser: no schemas. */
export const PROMISED_ACCURACY = 0.92;
