import "@mantine/core/styles/PasswordInput.css";
import { Button, PasswordInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { hasStatus, messageOf } from "@/api/problem";
import { Brand } from "@/shared/ui/Brand";
import { FormError } from "@/shared/ui/FormError";
import { useTitle } from "@/shared/useTitle";
import { useSignIn } from "./queries";
import classes from "./SignInPage.module.css";

/** Asks for a token when the server wants one. */
export function SignInPage() {
  useTitle("Sign in");
  const signIn = useSignIn();
  const [token, setToken] = useState("");
  const [empty, setEmpty] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = token.trim();
    setEmpty(given === "");
    if (given) signIn.mutate(given);
  };
  return (
    <main className={classes.page}>
      <form className={classes.card} onSubmit={submit} noValidate>
        <Brand />
        <div>
          <h1 className={classes.title}>Sign in</h1>
          <p className={classes.text}>
            This server is not open to everyone. Sign in with the token you were given; its name is written
            beside everything you do.
          </p>
        </div>
        <PasswordInput
          label="Token"
          autoFocus
          autoComplete="current-password"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
          error={empty ? "Enter your token." : undefined}
        />
        <FormError
          message={
            signIn.error
              ? hasStatus(signIn.error, 401)
                ? "This token is not known here. Check that it was copied whole."
                : messageOf(signIn.error)
              : ""
          }
        />
        <Button type="submit" loading={signIn.isPending} fullWidth>
          Sign in
        </Button>
        <p className={classes.hint}>
          No token yet? An administrator makes one with <code>betstream token new &lt;name&gt;</code>.
        </p>
      </form>
    </main>
  );
}
