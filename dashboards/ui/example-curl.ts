/** A command that sends one view, ready to paste once there is a key. */
export function exampleCurl(origin: string, key: string | undefined): string {
  const event = {
    type: 'video_view',
    data: { content_id: 'first-video', channel_id: 'my-channel', watch_time_ms: 42_000, country: 'DE' },
  };
  return [
    `curl -X POST ${origin}/v1/events \\`,
    `  -H 'authorization: Bearer ${key ?? '<your key>'}' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d '${JSON.stringify(event)}'`,
  ].join('\n');
}
