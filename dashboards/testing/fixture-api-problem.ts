/** A refusal as the gateway words one. */
export function problem(code: string, status: number, detail: string, details?: object) {
  return {
    type: `urn:weir:error:${code}`,
    title: code.toLowerCase().replaceAll('_', ' '),
    status,
    code,
    detail,
    retry: 'never',
    mend: 'Do what this sentence says.',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    ...(details === undefined ? {} : { details }),
  };
}
