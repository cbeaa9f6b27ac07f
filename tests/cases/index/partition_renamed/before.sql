create table m(id int, at date not null) partition by range (at);
create table m1 partition of m for values from ('2020-01-01') to ('2021-01-01');
create table m2 partition of m for values from ('2021-01-01') to ('2022-01-01');
create index m_at on only m(at); create index m1_old on m1(at); create index m2_x on m2(at);
alter index m_at attach partition m1_old; alter index m_at attach partition m2_x;
