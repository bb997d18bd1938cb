import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVENT_TYPE_PATTERN } from '../platform/contracts/event-catalogue.ts';
import { isTypeName, typeNameOf } from './event-name.ts';

test.each([
  ['Order Completed', 'order_completed'],
  ['video_view', 'video_view'],
  ['Video View', 'video_view'],
  ['videoPlayed', 'video_played'],
  ['HTTPRequest', 'httprequest'],
  ['User Signed-Up!', 'user_signed_up'],
  ['  padded  ', 'padded'],
  ['com.example.Thing', 'com.example.thing'],
  ['$feature_flag_called', 'feature_flag_called'],
  ['Café crème', 'cafe_creme'],
  ['123 go', 'event_123_go'],
  ['...', 'event_'],
])('%j becomes %j', (name, type) => {
  expect(typeNameOf(name).startsWith(type)).toBe(true);
  expect(isTypeName(typeNameOf(name))).toBe(true);
});

test('names of other scripts stay apart and stay the same', () => {
  expect(typeNameOf('注文完了')).toMatch(/^event_[0-9a-f]{8}$/);
  expect(typeNameOf('注文完了')).toBe(typeNameOf('注文完了'));
  expect(typeNameOf('注文完了')).not.toBe(typeNameOf('注文開始'));
});

test('every name becomes a type name, and a type name stays itself', () => {
  const pattern = new RegExp(EVENT_TYPE_PATTERN);
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 600 })), (name) => {
      const type = typeNameOf(name);
      expect(type).toMatch(pattern);
      expect(typeNameOf(type)).toBe(type);
      expect(isTypeName(name)).toBe(pattern.test(name));
    }),
  );
});
