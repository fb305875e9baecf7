import { createContext, useContext } from "react";
import { type Currency, formatAmount } from "./format";

/** The log's currency; two decimals until the server has said which. */
export const CurrencyContext = createContext<Currency>({ code: "", decimals: 2 });

/** How money of this log is written. */
export function useCurrency(): Currency {
  return useContext(CurrencyContext);
}

/** An amount with its currency, the code a little quieter than the figure. */
export function Money({ value, bare = false }: { value: number; bare?: boolean }) {
  const currency = useCurrency();
  return (
    <span className="num">
      {formatAmount(value, currency)}
      {!bare && currency.code && <span className="unit"> {currency.code}</span>}
    </span>
  );
}
