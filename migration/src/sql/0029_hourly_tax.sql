-- Tax by the hour (docs/adr/0043): the tax of an hour stands beside its price. Both columns are null where no tax was
-- posted with the hour, which costs a row nothing.
alter table usage_line
  -- Of the hour's price, in micro-units: what the tax on all hours of the segment rose by.
  add column tax_micros bigint,
  -- Whether it was added to the price, or is contained in it.
  add column tax_added boolean;

-- A wallet lasts longer or shorter by another rate: billing.watch computes until when.
create function move_all_forecasts() returns trigger language plpgsql as $$
begin
  update wallet_forecast set moved = moved + 1;
  return null;
end $$;
create trigger tax_rule_moved after insert or update or delete on tax_rule
  for each statement execute function move_all_forecasts();
create trigger billing_setting_moved after update of prices, business_by on billing_setting
  for each row when (old.prices <> new.prices or old.business_by <> new.business_by)
  execute function move_all_forecasts();
create trigger tax_confirmation_moved after insert or update on tax_confirmation
  for each row execute function move_forecast();
create trigger org_profile_moved after insert or update of country, tax_id on org_profile
  for each row execute function move_forecast();
