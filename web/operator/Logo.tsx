/** Sportello's own mark: a counter window. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="9" />
      <path d="M9 14.500a7 7 0 0 1 14 0V17H9Z M6.500 21.500h19" />
    </svg>
  );
}
