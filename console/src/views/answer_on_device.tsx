// What a device keeps of answers that are not sent yet, for people to know and to undo.

const DAY = new Intl.DateTimeFormat('en-GB', {dateStyle: 'long'});

interface OnDeviceProps {
  readonly isKept: boolean;
  readonly keptUntil: number;
  readonly isDeleted: boolean;
  readonly onDelete: () => void;
}

export function OnDevice({isKept, keptUntil, isDeleted, onDelete}: OnDeviceProps) {
  return (
    <footer class="note kept">
      <p role="status">{isDeleted && 'What this device kept is deleted.'}</p>
      {isKept ? (
        <>
          <p>
            Your answers are kept on this device until you send them, and nowhere else.
          </p>
          <details>
            <summary>If others use this device</summary>
            <p>
              They could see your answers, and the names in them. Send them, or delete
              them here, before you leave. What is neither sent nor deleted is not used
              after {DAY.format(keptUntil)}, when your invitation ends.
            </p>
            <button type="button" onClick={onDelete}>
              Delete what this device keeps
            </button>
          </details>
        </>
      ) : (
        <p>
          This browser keeps nothing of your answers: they are gone if you close or reload
          this page before you send them.
        </p>
      )}
    </footer>
  );
}
