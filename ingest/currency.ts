const twoDecimals =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY ' +
  'COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS ' +
  'INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD ' +
  'NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP ' +
  'SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL';
const noDecimals = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF';
const threeDecimals = 'BHD IQD JOD KWD LYD OMR TND';
const fourDecimals = 'CLF UYW';

const exponents = new Map<string, number>([
  ...noDecimals.split(' ').map((code) => [code, 0] as const),
  ...twoDecimals.split(' ').map((code) => [code, 2] as const),
  ...threeDecimals.split(' ').map((code) => [code, 3] as const),
  ...fourDecimals.split(' ').map((code) => [code, 4] as const),
]);

/**
 * Decimal places of the minor unit of an ISO 4217 currency (list one, amendment 177, with the currencies withdrawn since
 * 2020 because history is imported too); undefined for anything else. `code` in upper case.
 */
export function currencyExponent(code: string): number | undefined {
  return exponents.get(code);
}
