-- One database a service: its owner migrates it, its service's role connects and owns nothing. The card sandbox and the
-- schema registry own theirs. PostgreSQL's image runs this once, in an empty volume.

create role auth_owner login password 'finflow';
create role auth_service login password 'finflow';
create database auth owner auth_owner;
revoke all on database auth from public;
grant connect on database auth to auth_service;

create role payments_owner login password 'finflow';
create role payments_service login password 'finflow';
create database payments owner payments_owner;
revoke all on database payments from public;
grant connect on database payments to payments_service;

create role accounting_owner login password 'finflow';
create role accounting_service login password 'finflow';
create database accounting owner accounting_owner;
revoke all on database accounting from public;
grant connect on database accounting to accounting_service;

create role analytics_owner login password 'finflow';
create role analytics_service login password 'finflow';
create database analytics owner analytics_owner;
revoke all on database analytics from public;
grant connect on database analytics to analytics_service;

create role card_sandbox login password 'finflow';
create database card_sandbox owner card_sandbox;
revoke all on database card_sandbox from public;

create role registry login password 'finflow';
create database registry owner registry;
revoke all on database registry from public;
